// The translation editor shows what the server says only when it succeeds; everything else is “Server error”.
// This hands it the sentence that comes with a refusal, with the text to show in the field.
(() => {
    const loggedOut = document.currentScript.dataset.loggedOut;
    const field = /\/localize\/translate\/\d+\/(?:strings|overrides)\/\d+\/edit\//;
    const send = window.fetch;
    const answer = (content) => new Response(JSON.stringify(content), { status: 200 });

    window.fetch = async (resource, options = {}) => {
        const response = await send(resource, options);
        if (options.method !== "PUT" || !field.test(String(resource))) return response;
        if (response.ok && !response.redirected) return response;
        const typed = options.body?.get?.("value") ?? "";
        const sentence = await response.clone().json().then((content) => content, () => null);
        if (sentence?.error) return answer({ ...sentence, data: sentence.data || typed });
        if (response.redirected || response.status === 401 || response.status === 403) {
            return answer({ data: typed, error: loggedOut, comment: "" });
        }
        return response;
    };
})();
