// The translation editor shows what the server says only when it succeeds; everything else is “Server error”.
// This hands it the sentence that comes with a refusal, with the text to show in the field. It also remembers, for
// each field of this window, when it last showed what the server holds: what was saved later isn't overwritten.
(() => {
  const loggedOut = document.currentScript.dataset.loggedOut;
  const field = /\/localize\/translate\/\d+\/(strings|overrides)\/\d+\/edit\//;
  const send = window.fetch;
  const seen = new Map();
  const failed = "Server error";
  const usual = window.django?.catalog?.[failed];

  const answer = (content) => new Response(JSON.stringify(content), { status: 200 });

  // Where something is deleted, the editor looks at the status alone. It translates what it says of a string at that
  // moment, and says nothing of an override.
  const refuse = (kind, sentence, status) => {
    if (kind === "strings") {
      window.django.catalog[failed] = sentence;
    } else {
      const detail = { text: sentence, type: "error", clear: true };
      document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
    }
    return new Response(null, { status });
  };

  const address = (resource) => {
    const url = new URL(resource, window.location.href);
    if (seen.has(url.pathname)) url.searchParams.set("opened", seen.get(url.pathname));
    return url;
  };

  // Whoever has logged in again, in another tab, has another token than this page; null while they are logged out.
  const currentToken = async () => {
    const response = await send(window.location.href);
    if (!response.ok || response.redirected) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return JSON.parse(page.getElementById("wagtail-config")?.textContent ?? "{}").CSRF_TOKEN;
  };

  const save = async (url, options) => {
    const response = await send(url, options);
    if (response.redirected || response.status !== 403) return response;
    const token = await currentToken().catch(() => null);
    if (!token || token === options.headers["X-CSRFToken"]) return response;
    return send(url, { ...options, headers: { ...options.headers, "X-CSRFToken": token } });
  };

  window.fetch = async (resource, options = {}) => {
    const [, kind] = field.exec(String(resource)) ?? [];
    if (!kind || !["PUT", "DELETE"].includes(options.method)) return send(resource, options);
    if (window.django?.catalog) window.django.catalog[failed] = usual ?? failed;
    const url = address(String(resource));
    const response = await save(url.href, options);
    const content = await response
      .clone()
      .json()
      .catch(() => null);
    if (content?.seen) seen.set(url.pathname, content.seen);
    if (response.redirected || response.status === 401 || (response.status === 403 && !content?.error)) {
      if (options.method === "DELETE") return refuse(kind, loggedOut, 403);
      return answer({ data: options.body?.get?.("value") ?? "", error: loggedOut, comment: "" });
    }
    if (response.ok || !content?.error) return response;
    if (options.method === "DELETE") return refuse(kind, content.error, response.status);
    return answer({ ...content, data: content.data || (options.body?.get?.("value") ?? "") });
  };
})();
