"""Signing in with Google, Kakao or Naver, and connecting them to an account (docs/decisions/0035)."""
