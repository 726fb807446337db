import { Http, type HttpSurroundings } from "../../src/api/http";

/** One tab of a browser that is signed in, as far as requests can tell. */
export function tabAt(baseUrl: string, differently: Partial<HttpSurroundings> = {}): Http {
  return new Http({
    baseUrl,
    fetch,
    readCookies: () => "a=b; csrftoken=tok%2Den",
    language: () => "ko",
    exclusively: (_name, work) => work(),
    actsFor: () => null,
    onSessionChanged: () => {},
    ...differently,
  });
}

/** What navigator.locks does for all tabs: one after the other. */
export function oneAfterTheOther(): HttpSurroundings["exclusively"] {
  let last: Promise<unknown> = Promise.resolve();
  return (_name, work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}
