-- Posts log-ins that fail, each of somebody else from another address: wrk runs this, and its URL is the form's.
-- TOKEN is replaced by that of the form's visitor, who is the same one all the time.
local number = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Cookie"] = "csrftoken=TOKEN"

function request()
  number = number + 1
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", number / 65536 % 256, number / 256 % 256, number % 256)
  local body = string.format("csrfmiddlewaretoken=TOKEN&login=nobody-%d%%40example.org&password=a-long-wrong-password", number)
  return wrk.format(nil, nil, nil, body)
end
