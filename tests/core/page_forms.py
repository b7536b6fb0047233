"""What a browser sends."""


def form_of(html: bytes) -> dict[str, str]:
    """The fields of the form of a page, as a browser without any change would send them; StreamFields are empty."""
    from bs4 import BeautifulSoup

    form = BeautifulSoup(html, "html.parser").select_one("#page-edit-form")
    assert form is not None
    fields = {}
    for tag in form.select("input, textarea, select"):
        if tag.name == "select":
            chosen = tag.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        else:
            value = tag.text if tag.name == "textarea" else tag.get("value", "")
        if tag.get("name") and tag.get("type") not in {"checkbox", "radio", "submit"}:
            fields[tag["name"]] = value
    return {**fields, "body-count": "0"}
