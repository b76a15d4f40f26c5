-- What wrk sends and counts. Arguments, after the address:
--   1  a file of requests, one a line: path, cookie, user agent, between tabs; they are sent in turn
--   2  a label of the run: with the thread's number and a counter it takes the place of {reference} in a path
--   3  the status of an accepted answer

local threads = {}

function setup(thread)
   table.insert(threads, thread)
   thread:set("number", #threads)
end

function init(arguments)
   sent, accepted, refused = 0, 0, 0
   heads, tails = {}, {}
   label = arguments[2] .. "-" .. number .. "-"
   status_wanted = tonumber(arguments[3])
   -- The requests are put together here, once: the machine's time is for the server.
   for line in io.lines(arguments[1]) do
      local path, cookie, agent = line:match("^(.-)\t(.-)\t(.*)$")
      local headers = { Host = wrk.headers["Host"], ["User-Agent"] = agent, Accept = "*/*" }
      if cookie ~= "" then headers["Cookie"] = cookie end
      local whole = wrk.format("GET", path, headers)
      local head, tail = whole:match("^(.-){reference}(.*)$")
      table.insert(heads, head or whole)
      table.insert(tails, tail or false)
   end
end

function request()
   local index = sent % #heads + 1
   sent = sent + 1
   if tails[index] then return heads[index] .. label .. sent .. tails[index] end
   return heads[index]
end

-- A status alone does not tell: a pixel is a 200 whatever happens, and a refused click a redirect. granian sends its
-- names in lower case.
function response(status, headers)
   local failure = headers["ST-Error"] or headers["st-error"]
   local cookie = headers["Set-Cookie"] or headers["set-cookie"]
   if status == status_wanted and not failure and (status ~= 302 or cookie) then
      accepted = accepted + 1
   else
      refused = refused + 1
   end
end

function done(summary, latency)
   local accepted_by_all, refused_by_all = 0, 0
   for _, thread in ipairs(threads) do
      accepted_by_all = accepted_by_all + thread:get("accepted")
      refused_by_all = refused_by_all + thread:get("refused")
   end
   local errors = summary.errors
   print(string.format(
      'RESULT {"microseconds": %d, "accepted": %d, "refused": %d, "broken": %d, "p99_microseconds": %d}',
      summary.duration, accepted_by_all, refused_by_all,
      errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99)
   ))
end
