"""Everything that chat does atomically in Redis: begin_send, note_cursor, notes_since."""
