"""What an operator looks at: in a terminal, as a page, and as dashboards of Grafana."""
