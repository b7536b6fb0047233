def listing(request, page):
    return {}
