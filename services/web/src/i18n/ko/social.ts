/** Signing in through Google, Kakao and Naver. */
export const social = {
  or: "또는",
  // The words that each of them asks for on its button.
  signInWith: { google: "Google 계정으로 로그인", kakao: "카카오 로그인", naver: "네이버 로그인" },
  names: { google: "구글", kakao: "카카오", naver: "네이버" },
  outOfKakaoTalk: "카카오톡 안에서는 구글 로그인을 쓸 수 없어요. 누르면 다른 브라우저에서 이 화면을 열어요.",
  title: "연결된 서비스",
  lead: "연결해 두면 그 서비스로도 이 계정에 로그인할 수 있어요.",
  since: "{moment}에 연결됨",
  connect: "{name} 연결하기",
  disconnect: "연결 끊기",
  sure: "연결을 끊을까요?",
  yes: "네, 끊을게요",
  keep: "그대로 두기",
  goingThere: "이동하는 중…",
  noPassword: "비밀번호가 없는 계정이라, 10분 안에 다시 로그인했을 때만 할 수 있어요.",
  signInAgain: "{name} 계정으로 다시 로그인",
  noEmail: "이메일이 없어요",
  noEmailLead: "이메일을 등록하면 예약 메일을 받고 비밀번호도 정할 수 있어요.",
  addEmail: "이메일 등록하기",
  setPassword: "비밀번호 정하기",
  refused: "로그인하지 못했어요. 다시 시도해 주세요",
};
