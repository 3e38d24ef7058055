"""Language servers: a small LSP client over stdio, and `ty server` in a workspace, kept open.

opened = language_server(workspace)  # of curate.lsp.opened
opened.server.ask("workspace/symbol", {"query": "Carrier"})

The client is our own because the one maintained library for it fails on ty's first answer
(microsoft/lsprotocol#462, pygls 2.1.1 and lsprotocol 2025.0.0 on 2026-11-21), takes 0.6 s to
import, answers a seventh as many requests a second, and bounds neither time nor output.
"""
