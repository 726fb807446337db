"""Who talks with whom: MySQL's part of chat, and its HTTP."""
