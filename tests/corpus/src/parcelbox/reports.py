import os
import sys, json
from datetime import datetime, timedelta
from parcelbox.models import Parcel

def late(parcels, days=[], seen={}):
    limit = datetime.now() - timedelta(days=len(days))
    unused = 1
    l = []
    for p in parcels:
        if p.events == None or p.events[-1].at < limit:
            l.append(p)
    return l

class Report():
    def __init__(self, title, rows=[]):
        self.title = title
        self.rows = rows

    def render(self):
        try:
            return f"Report" + "\n".join(map(str, self.rows))
        except:
            pass
