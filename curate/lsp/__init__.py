"""Language servers: a small LSP client over stdio, and `ty server` in a workspace, kept open.

opened = language_server(workspace)  # of curate.lsp.opened
opened.server.ask("workspace/symbol", {"query": "Carrier"})

The client is our own because the one maintained library for it fails on ty's first answer
(microsoft/lsprotocol#462, pygls 2.1.1 and lsprotocol 2025.0.0 on 2026-11-21), takes 0.6 s to
import, gives 600 outlines a second where a bare loop over the pipes gives 4,000, never reads what a
server writes to standard error, and bounds no message.
"""
