import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { ProblemNote } from "../../ui/ProblemNote";

interface Props {
  act: (text: (field: string) => string) => Promise<unknown>;
  submit: string;
  /** Shown when it is done. */
  done: string;
  testId: string;
  children: ReactNode;
}

/** A form for one act: its fields, what was refused, and what was done. */
export function ActForm({ act, submit, done, testId, children }: Props) {
  const acting = useMutation({
    mutationFn: (form: FormData) => act((field) => String(form.get(field) ?? "")),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    acting.mutate(new FormData(form), { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={onSubmit} className="card form" data-testid={testId}>
      {children}
      <ProblemNote problem={acting.error} />
      {acting.isSuccess && (
        <p className="note" role="status" data-testid={`${testId}-done`}>
          {done}
        </p>
      )}
      <button type="submit" disabled={acting.isPending} data-testid={`${testId}-submit`}>
        {submit}
      </button>
    </form>
  );
}
