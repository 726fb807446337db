import { useWords } from "../../i18n/Language";

interface Props {
  name: string;
  label: string;
  isNew?: boolean;
}

export function PasswordField({ name, label, isNew = false }: Props) {
  const { words } = useWords();
  return (
    <label>
      {label}
      <input
        name={name}
        type="password"
        required
        maxLength={128}
        autoComplete={isNew ? "new-password" : "current-password"}
        data-testid={`account-${name}`}
      />
      {isNew && <small className="faint">{words.passwordHint}</small>}
    </label>
  );
}

export function EmailField({ label }: { label: string }) {
  return (
    <label>
      {label}
      <input
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="email"
        inputMode="email"
        data-testid="account-email"
      />
    </label>
  );
}
