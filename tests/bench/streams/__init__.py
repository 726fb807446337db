"""The SSE load client: streams of many customers over several processes, and the delay of every frame."""
