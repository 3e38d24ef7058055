"""`curate compare`: models and phases side by side, paired by prompt, as a table and as a report.

    compared = compare(project, ["base", "adapter"], "phase27", Asking(), progress=progress)
    compared.models[1].paired        # Paired to the first: p, and what only one of them has right
    report(project, compared)        # one HTML file

Nothing here asks a model by itself: scores are those of `curate score`, recorded or made now.
"""

from curate.comparing.compared import Compared, Differing, Model, Said, Versus
from curate.comparing.gathering import Asking, compare

__all__ = ["Asking", "Compared", "Differing", "Model", "Said", "Versus", "compare"]
