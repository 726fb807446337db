import { useQuery } from "@tanstack/react-query";
import { useWords } from "../../i18n/Language";
import { isKakaoTalk, outOfKakaoTalk, wayTo } from "./addresses";
import { Mark } from "./Mark";
import { type Provider, signInProviders } from "./queries";

/** A button for each provider that is switched on, in its own colours and words; nothing where none is. */
export function SignInButtons({ returnTo }: { returnTo: string }) {
  const { words } = useWords();
  const { data: providers = [] } = useQuery(signInProviders);
  if (providers.length === 0) return null;
  const inKakaoTalk = isKakaoTalk(navigator.userAgent);
  const addressOf = (provider: Provider): string => {
    const there = wayTo(provider, returnTo);
    return inKakaoTalk && provider === "google" ? outOfKakaoTalk(window.location.origin, there) : there;
  };
  return (
    <div className="form" data-testid="providers">
      <p className="center faint">{words.social.or}</p>
      {providers.map((provider) => (
        <a
          key={provider}
          className={`button provider ${provider}`}
          href={addressOf(provider)}
          data-testid={`sign-in-${provider}`}
        >
          <Mark provider={provider} />
          {words.social.signInWith[provider]}
        </a>
      ))}
      {inKakaoTalk && providers.includes("google") && (
        <p className="faint" data-testid="out-of-kakaotalk">
          {words.social.outOfKakaoTalk}
        </p>
      )}
    </div>
  );
}
