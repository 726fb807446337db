"""What `manage.py seed` makes."""

from __future__ import annotations

from datetime import time
from typing import Any, NamedTuple

from accounts.models import Account
from salons.models import TreatmentKind, Weekday

PASSWORD = "daengdaeng-demo"  # noqa: S105  # of demo logins, which exist on local addresses only
LOGINS = [
    ("customer@daengdaeng.test", Account.Role.CUSTOMER, "보리 보호자"),
    ("operator@daengdaeng.test", Account.Role.OPERATOR, "댕댕 운영자"),
]


class SalonSeed(NamedTuple):
    name: str
    city: str
    district: str
    address: str
    summary: str
    place: tuple[float, float]
    """Latitude and longitude."""
    closed_on: Weekday | None
    closes_at: time
    opens_at: time = time(10)


SALONS = [
    SalonSeed(
        "보들보들 살롱",
        "서울",
        "강남구",
        "서울 강남구 논현로 132, 1층",
        "겁 많은 아이도 편안하게, 1:1 예약제",
        (37.5172, 127.0336),
        None,
        time(20),
    ),
    SalonSeed(
        "몽글몽글 펫살롱",
        "서울",
        "마포구",
        "서울 마포구 와우산로 48",
        "가위컷 전문, 곰돌이컷 맛집",
        (37.5553, 126.9286),
        Weekday.MONDAY,
        time(19),
    ),
    SalonSeed(
        "멍스타일",
        "서울",
        "송파구",
        "서울 송파구 백제고분로 210",
        "대형견 환영, 넓은 스파룸",
        (37.5068, 127.0925),
        Weekday.TUESDAY,
        time(19),
    ),
    SalonSeed(
        "코코네 미용실",
        "서울",
        "성동구",
        "서울 성동구 서울숲길 21",
        "서울숲 산책 뒤에 들르기 좋은 곳",
        (37.5443, 127.0412),
        Weekday.WEDNESDAY,
        time(18),
    ),
    SalonSeed(
        "댕댕공방",
        "서울",
        "은평구",
        "서울 은평구 연서로 77",
        "노령견 케어 15년 경력",
        (37.609, 126.9296),
        Weekday.SUNDAY,
        time(18),
    ),
    SalonSeed(
        "살랑살랑 꼬리",
        "경기",
        "성남시",
        "경기 성남시 분당구 정자일로 95",
        "탄산 스파와 저자극 목욕, 자정까지",
        (37.3672, 127.108),
        Weekday.MONDAY,
        time(0),
    ),
    SalonSeed(
        "보송보송 하우스",
        "경기",
        "수원시",
        "경기 수원시 영통구 광교로 55",
        "드라이까지 조용하게",
        (37.2886, 127.0515),
        Weekday.THURSDAY,
        time(19),
    ),
    SalonSeed(
        "초코발바닥",
        "인천",
        "연수구",
        "인천 연수구 센트럴로 160",
        "발바닥 위생 미용 전문",
        (37.3925, 126.639),
        Weekday.TUESDAY,
        time(19),
    ),
    SalonSeed(
        "두부네 가위질",
        "부산",
        "해운대구",
        "부산 해운대구 해운대로 570",
        "비숑과 푸들을 가장 많이 만나요",
        (35.164, 129.161),
        Weekday.MONDAY,
        time(20),
    ),
    SalonSeed(
        "파도와 강아지",
        "부산",
        "수영구",
        "부산 수영구 광안해변로 193",
        "광안리 바다가 보이는 살롱",
        (35.1532, 129.1186),
        Weekday.WEDNESDAY,
        time(19),
    ),
    SalonSeed(
        "동그라미 펫",
        "대구",
        "수성구",
        "대구 수성구 들안로 33",
        "얼굴컷이 예쁜 집, 퇴근 뒤 밤 미용",
        (35.8585, 128.626),
        Weekday.SUNDAY,
        time(2),
        opens_at=time(18),
    ),
    SalonSeed(
        "귤이네 살롱",
        "제주",
        "제주시",
        "제주 제주시 노형로 412",
        "여행 온 아이도 당일 예약",
        (33.484, 126.478),
        None,
        time(19),
    ),
]

GROOMERS = [
    "김보라", "이하늘", "박소담", "최유진", "정다온", "강민서", "조은별", "윤가람",
    "장서윤", "임도현", "한결", "오세린", "서지우", "신아름", "권나래", "황예준",
    "안소희", "송하린", "전유나", "홍지호", "문채원", "양시우", "배수아", "고은성",
]  # fmt: skip

TREATMENTS: list[dict[str, Any]] = [
    {
        "name": "목욕과 위생 미용", "kind": TreatmentKind.BATH,
        "price_small": 30_000, "price_medium": 40_000, "price_large": 60_000,
        "minutes_small": 60, "minutes_medium": 75, "minutes_large": 90,
    },
    {
        "name": "클리핑 전체 미용", "kind": TreatmentKind.CLIPPING,
        "price_small": 50_000, "price_medium": 65_000, "price_large": 90_000,
        "minutes_small": 90, "minutes_medium": 120, "minutes_large": 150,
    },
    {
        "name": "가위컷 스타일링", "kind": TreatmentKind.SCISSORS,
        "price_small": 80_000, "price_medium": 100_000, "price_large": 140_000,
        "minutes_small": 120, "minutes_medium": 150, "minutes_large": 180,
    },
]  # fmt: skip
