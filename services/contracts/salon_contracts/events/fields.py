"""What a field of an event may hold: no more than every reader and every store can.

MySQL and MongoDB keep whole numbers of 64 bits with a sign, Lua and JSON count in doubles, times before the year 1 or
after 9999 exist nowhere, and PostgreSQL takes no NUL in a text. A record beyond these bounds can be read by nobody, so
it is refused while it is read, before anything is done with it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
# Lua writes whole numbers of up to 14 digits as they are: milliseconds until the year 5138. The stores go further.
END_OF_TIME = datetime(2200, 1, 1, tzinfo=UTC)
# Compared before it is moved to UTC, because moving what is out of bounds may overflow.
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=FIRST_MOMENT,
        lt=END_OF_TIME,
        json_schema_extra={
            "formatMinimum": "2000-01-01T00:00:00Z",
            "formatExclusiveMaximum": "2200-01-01T00:00:00Z",
        },
    ),
    AfterValidator(lambda moment: moment.astimezone(UTC)),
]

RowId = Annotated[int, Field(ge=1, lt=2**63)]
AccountId = RowId
# A price or a fee.
Won = Annotated[int, Field(ge=0, lt=2**31)]
PositiveInt32 = Annotated[int, Field(ge=1, lt=2**31)]

_NO_NUL = r"^[^\x00]*$"
ShortText = Annotated[str, Field(max_length=200, pattern=_NO_NUL)]
FactName = Annotated[str, Field(min_length=1, max_length=50, pattern=_NO_NUL)]
FactValue = Annotated[str, Field(max_length=1_000, pattern=_NO_NUL)]
TraceId = Annotated[str, Field(min_length=1, max_length=64, pattern=_NO_NUL)]
# Visible ASCII: two ids that MySQL would take for one (it pads with spaces when it compares) are two for nobody.
PlainId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
