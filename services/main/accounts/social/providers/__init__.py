"""Google, Kakao and Naver: what each says of a person, and how it is asked."""
