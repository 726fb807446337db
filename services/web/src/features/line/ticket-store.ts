/** My signed tickets, kept in this browser: presented again, a ticket restores its own number. */

const keyOf = (accountId: number, eventId: string): string => `salon.ticket.${accountId}.${eventId}`;
const registrationKeyOf = (accountId: number, eventId: string): string => `salon.registration.${accountId}.${eventId}`;

export function keptTicket(accountId: number, eventId: string): string | null {
  return quietly(() => localStorage.getItem(keyOf(accountId, eventId)));
}

export function keepTicket(accountId: number, eventId: string, ticket: string): void {
  quietly(() => localStorage.setItem(keyOf(accountId, eventId), ticket));
}

/** The ticket with which I took part in a draw: its hash stands in the public list, also after I have a number. */
export function keptRegistration(accountId: number, eventId: string): string | null {
  return quietly(() => localStorage.getItem(registrationKeyOf(accountId, eventId)));
}

export function keepRegistration(accountId: number, eventId: string, ticket: string): void {
  quietly(() => localStorage.setItem(registrationKeyOf(accountId, eventId), ticket));
}

export function dropTicket(accountId: number, eventId: string): void {
  quietly(() => localStorage.removeItem(keyOf(accountId, eventId)));
}

/** A browser that keeps nothing still has its place in the line: the server knows the account. */
function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
