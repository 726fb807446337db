"""Run in the tree of one release: which of the messages in a folder would its consumers set aside?

A type that it does not know yet is none of them: a consumer passes it over.
"""

import json
import sys
from pathlib import Path

from salon_contracts.events.catalogue import ALL_EVENTS
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event

unreadable = []
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    try:
        read_event(path.read_bytes(), known=ALL_EVENTS)
    except UnknownEventType:
        pass
    except UnreadableRecord:
        unreadable.append(path.name)
print(json.dumps(unreadable))
