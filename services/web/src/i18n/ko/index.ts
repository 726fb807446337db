/** Every word on the page, in Korean. The English dictionary has the same keys, held by its type. */

import { account } from "./account";
import { coupons } from "./coupons";
import { operator } from "./operator";
import { problems } from "./problems";
import { social } from "./social";

export const ko = {
  brand: "댕댕살롱",
  brandShort: "댕댕살롱",
  skip: "본문으로 건너뛰기",
  otherLanguage: "English",
  loading: "불러오는 중…",
  more: "더 보기",
  back: "뒤로",
  retry: "다시 시도",
  won: "{amount}원",
  minutes: "{count}분",

  navSalons: "살롱",
  navEvents: "쿠폰",
  navChat: "채팅",
  navBookings: "예약",
  menu: "메뉴",

  signIn: "로그인",
  signUp: "회원가입",
  signOut: "로그아웃",
  email: "이메일",
  password: "비밀번호",
  passwordHint: "8자 이상으로 정해 주세요.",
  name: "이름",
  noAccount: "처음이신가요?",
  haveAccount: "이미 계정이 있나요?",
  signInFirst: "로그인하면 이용할 수 있어요.",
  signedInAs: "{name}님",
  signedInNow: "이제 {name}님으로 로그인돼 있어요.",
  nobodySignedInNow: "로그아웃됐어요.",

  salons: "우리 동네 살롱",
  salonsLead: "믿을 수 있는 미용사를 찾아 바로 예약하세요.",
  noSalons: "아직 등록된 살롱이 없어요.",
  openingHours: "영업시간",
  days: ["월", "화", "수", "목", "금", "토", "일"],
  treatment: "미용 종류",
  groomer: "미용사",
  dogSize: "강아지 크기",
  dogSizes: { small: "소형", medium: "중형", large: "대형" },
  day: "날짜",
  today: "오늘",
  tomorrow: "내일",
  freeTimes: "예약 가능한 시간",
  noSlots: "이 날은 빈 시간이 없어요. 다른 날을 골라 주세요.",
  book: "예약하기",
  booking: "예약하는 중…",
  chooseTime: "시간을 골라 주세요",
  bookingConfirmed: "예약이 확정됐어요",
  seeBookings: "내 예약 보기",
  slotTaken: "방금 다른 분이 이 시간을 예약했어요. 남은 시간을 다시 보여 드릴게요.",
  askGroomer: "{name}님에게 문의",

  myBookings: "내 예약",
  noBookings: "아직 예약이 없어요.",
  cancelBooking: "예약 취소",
  cancelSure: "정말 취소할까요?",
  yesCancel: "네, 취소할게요",
  keep: "그대로 둘게요",
  bookingStatus: { confirmed: "확정", cancelled: "취소됨", completed: "완료", held: "결제 대기" } as Record<
    string,
    string
  >,

  chat: "채팅",
  noRooms: "아직 대화가 없어요. 살롱 화면에서 미용사에게 문의해 보세요.",
  olderMessages: "이전 메시지 보기",
  noMessages: "첫 메시지를 보내 보세요.",
  message: "메시지",
  messagePlaceholder: "메시지를 입력하세요",
  send: "보내기",
  sending: "보내는 중",
  sent: "보냄",
  notSent: "보내지 못했어요",
  discard: "지우기",
  chatLive: "연결됨",
  chatRetrying: "다시 연결하는 중… 쓴 메시지는 연결되면 보내요.",
  me: "나",

  notifications: "알림",
  unread: "읽지 않은 알림 {count}개",
  noNotifications: "아직 알림이 없어요.",
  notificationText: {
    "coupon.issued": "쿠폰을 받았어요 (번호 {serial})",
    "booking.confirmed": "{salon_name} · {treatment_name} 예약이 확정됐어요 ({starts_at})",
    "booking.rescheduled": "{salon_name} · {treatment_name} 예약 시간이 바뀌었어요 ({starts_at})",
    "booking.cancelled": "{salon_name} · {treatment_name} 예약이 취소됐어요 ({starts_at})",
    "booking.reminder": "{salon_name} · {treatment_name} 예약이 다가와요 ({starts_at})",
    "waitlist.offered": "{salon_name} · {treatment_name} 자리가 났어요 ({starts_at})",
    "review.written": "{salon_name} · {treatment_name} 후기가 등록됐어요 (별 {stars}개)",
    "review.replied": "{salon_name} · {treatment_name} 후기에 미용사가 답했어요",
  } as Record<string, string>,
  notificationOther: "새 소식이 있어요",

  ...coupons,
  account,
  social,
  console: operator,
  ...problems,
};

export type Words = typeof ko;
