// How this device tells the time: shared by the scripts that show times on it.

// The zone's name, such as Europe/Kyiv; undefined where the browser doesn't say.
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // 24 hours, as everywhere on the site

// For formats: the page's language with the digits that the site uses in all of them.
export const locale = `${language}-u-nu-latn`;
