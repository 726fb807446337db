"""How an event leaves MySQL: written with the row it is about, sent in order, at least once."""
