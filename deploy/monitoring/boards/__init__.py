"""What an operator looks at: in a terminal, as a page, and as dashboards of Grafana.

More than a dozen files: one for each board, beside what reads them, words them and writes them for Grafana.
"""
