/** Ways to a provider and back. */

import type { Provider } from "./queries";

/** A page of this site, or the first one: whoever made the link may have meant another site. */
export function ownPath(path: string | null): string {
  return path !== null && /^\/(?![/\\])[^\\\s]*$/.test(path) ? path : "/";
}

export function wayTo(provider: Provider, returnTo: string): string {
  return `/api/v1/sign-in/${provider}?${new URLSearchParams({ return_to: returnTo })}`;
}

export function isKakaoTalk(userAgent: string): boolean {
  return /KAKAOTALK/i.test(userAgent);
}

/** Out of KakaoTalk into the phone's own browser: Google refuses browsers that stand within other apps. */
export function outOfKakaoTalk(origin: string, path: string): string {
  return `kakaotalk://web/openExternal?url=${encodeURIComponent(origin + path)}`;
}
