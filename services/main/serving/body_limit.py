"""How large a body may be, at the wire, for Django's forms and for our JSON alike. nginx has the same limit."""

MAX_BODY_BYTES = 64 * 1024
