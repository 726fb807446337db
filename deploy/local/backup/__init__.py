"""Backups of MySQL and of chat's history, and the way back to any moment since (docs/operations.md, "Backup").

A backup is a folder: a whole copy of each store and a manifest that says what is in it. Beside the backups lie the
logs of both stores, which are followed all the time or fetched with each backup; a copy and the logs after it give any
moment. Redis and Kafka are in none of them: what they hold is made anew from MySQL.
"""
