package inspector

// QueryHelp describes the filter language, for help pages and terminals.
const QueryHelp = `A filter is a list of terms; a delivery must fit all of them.

  a b            both                  a OR b     one of them (binds looser)
  (a OR b) c     groups                -a         not (a minus directly before)
  event:a,b      any of the values     event:a*   star: any text
  "two words"    exactly this text     /a\d+/     regular expression (Go syntax)

Letters A to Z fit in both cases, except in regular expressions, JSON keys and
names of query parameters. Write \" for a quote within quotes. To search for a
word that reads as something else (OR, -x, a:b) put it in quotes.

WHAT
  event:person_*          event type; provider/event works too
  provider:webconnex      dir:in, dir:out            method:POST
  path:/hooks/*           path of the request, or what follows /in/INBOX in it;
                          with a ? in the pattern the query counts too
  host:example.org        with or without its port
  id:evt_1A2b             the provider's own id; a delivery's id or its first letters
  n:12400..12408          running number
OUTCOME (of the last attempt)
  status:503  status:4xx  status:>=400  status:400..404
  status:none             not known yet
  status:refused          no answer: refused, dns, tls, timeout, reset, protocol,
                          unreachable, blocked, interrupted, aborted, gone, store, unsent;
                          a 502 that says why the app is not there has both facts
  dur:>500ms              us, ms, s, m, h. dur:104ms is 104 up to 105 ms
  size:>1mb               of the request body: b, kb, mb, gb, or kib, mib, gib (1,024)
  tries:>1                error:"certificate" (text of any attempt's failure)
SIGNATURE
  sig:valid, invalid, missing, stale, unchecked
  scheme:github           cause:reserialized
WHERE AND WHEN
  endpoint:crm  inbox:demo  channel:client_*  tag:later  rec:checkout  run:r7
  after:10m               from ten minutes ago on (s, m, h, d, w; 1h30m)
  before:2026-01-31T10:00 up to a moment, in UTC unless it ends in Z or +02:00
CONTENT
  body.data.total:>100    a value in a JSON body. Path: .key ."any key" [0] [*] (any
                          element) .* (any member). Fields of a form are found by
                          name: body.total, and a[b] as body.a.b or body.a[b]
  body.item:null          is null                    -body.item:*   is not there
  header.x-github-event:push      query.a:1
  resp.body.error:*       resp.header.content-type:*json*
  coupon                  text in heads and bodies of any attempt, also inside a word
  a*b                     a, and b somewhere after it
  word:evt_1A2b           whole word: faster, and the way to look for an id
  body:coupon             text in the request's body (resp.body: in answers' bodies)
FLAGS
  is:failed, retrying, resend, replay, ping, looped, binary, cut, pinned,
  unread, encoded, gone, forwarded
  is:trashed              what is in the trash matches only filters that name it so

body, header and query look at the request of the first attempt, resp.body and
resp.header at the answers of all attempts. A star alone asks that something is
there. Numbers compare exactly, whatever their size; a string that holds a number
compares as one with > and <, and "5" in quotes asks for that text. A key that is
there twice fits if one of its values does. Bodies are looked at as stored and
freed of gzip, deflate, br and zstd, up to 8 MiB; large regular expressions see
less. Where a body stops being JSON, what stood before counts. An address such as
http://x needs no quotes.
`
