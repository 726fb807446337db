"""What clients are told over HTTP, SSE and WebSocket: problems, tokens, documents and frames."""
