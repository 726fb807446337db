"""From the log to history: reads `chat-messages`, writes MongoDB, commits after the write. One thread, one loop."""
