"""Finding salons among very many: by words, place, treatment and price. Decision 0032 says why it is built so."""
