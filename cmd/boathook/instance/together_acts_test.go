package instance

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// still finds what lies still: replays of it have its tags.
const still = "dir:in tag:base"

// exported are the formats that hold more than one delivery.
var exported = []portable.Format{portable.JSONL, portable.HAR, portable.Curl, portable.Script, portable.Postman, portable.ZIP}

// exportsAll exports what lies still, and reads it again where that can be done.
func (w *world) exportsAll(format portable.Format) error {
	r, err := w.Export(w.ctx, still, string(format), true)
	if err != nil {
		return err
	}
	defer r.Close()
	file, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	got := 0
	switch format {
	case portable.ZIP:
		z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return err
		}
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, "-request.http") {
				got++
			}
		}
	case portable.Postman:
		var collection struct{ Item []json.RawMessage }
		if err := json.Unmarshal(file, &collection); err != nil {
			return err
		}
		got = len(collection.Item)
	case portable.Script:
		for i := range baseCount {
			if bytes.Contains(file, fmt.Appendf(nil, "/base/%d", i)) {
				got++
			}
		}
	default:
		into := memstore.New()
		defer into.Close()
		res, err := portable.Import(w.ctx, bytes.NewReader(file), into, inspector.DefaultWorkspace, inspector.NewIDs(inspector.ID{}), portable.ImportOptions{Format: format})
		if err != nil || res.Failed > 0 {
			return fmt.Errorf("read again: %+v: %w", res, err)
		}
		got = res.Imported
	}
	if got != baseCount {
		return fmt.Errorf("%d of %d are in it", got, baseCount)
	}
	return nil
}

// importCount deliveries are in each file that is imported.
const importCount = 5

// importsAll imports deliveries of its own. One import runs at a time: the other is
// told so, and tries again.
func (w *world) importsAll(k, round int) error {
	var file bytes.Buffer
	var entries []string
	for i := range importCount {
		url := fmt.Sprintf("http://app.test/imported/%d-%d-%d", k, round, i)
		switch round % 3 {
		case 0:
			fmt.Fprintf(&file, "curl -X POST -H 'X-N: %d' -d '{\"n\":%d}' %s\n", i, i, url)
		case 1:
			entries = append(entries, fmt.Sprintf(`{"request":{"method":"POST","url":%q,"headers":[],"postData":{"text":"{}"}}}`, url))
		default:
			fmt.Fprintf(&file, "curl '%s' --data-raw $'it\\'s \\u00e9'\n", url)
		}
	}
	if entries != nil {
		fmt.Fprintf(&file, `{"log":{"version":"1.2","entries":[%s]}}`, strings.Join(entries, ","))
	}
	return until("the import is done", func() (bool, error) {
		res, err := w.Import(w.ctx, bytes.NewReader(file.Bytes()), client.ImportOptions{Recording: "imported"})
		if busy(err) {
			return false, nil
		}
		if err == nil && res.Imported != importCount {
			err = fmt.Errorf("%+v", res)
		}
		return true, err
	})
}

// searches asks for what lies still in all the ways there are.
func (w *world) searches() error {
	if err := errors.Join(w.count(still, baseCount), w.count(still+" body.n:>=10", baseCount-10), w.count(still+` /"of":"base"/`, baseCount)); err != nil {
		return err
	}
	count, err := w.Count(w.ctx, still)
	if err != nil || count.Complete && count.Count != baseCount {
		return fmt.Errorf("%+v, %w", count, err)
	}
	order, err := w.Order(w.ctx, still, "body.n")
	if busy(err) {
		return nil
	}
	if err != nil || order.Complete && (len(order.N) != baseCount || !slices.IsSorted(order.Rank) || !slices.IsSorted(order.N)) {
		return fmt.Errorf("%+v, %w", order, err)
	}
	_, err = w.Activity(w.ctx, "1h", "", "inbox", still)
	return err
}

// replays sends what lies still to the app, which gets each once.
func (w *world) replays() error {
	run, err := w.StartRun(w.ctx, proxy.RunSpec{Kind: proxy.RunReplay, Source: proxy.RunSource{Query: still}, To: &proxy.RunTarget{URL: w.app.URL}, Mark: true, Parallel: 8})
	if err != nil {
		return err
	}
	err = until("the replay is over", func() (bool, error) {
		run, err = w.GetRun(w.ctx, run.ID)
		return run.State.Over(), err
	})
	if err != nil || run.State != proxy.RunDone || run.OK != baseCount || run.Total != baseCount {
		return fmt.Errorf("%+v, %w", run, err)
	}
	got := w.app.got(run.ID)
	for path, n := range got {
		if n != 1 {
			return fmt.Errorf("the app got %s %d times of %s", path, n, run.ID)
		}
	}
	if len(got) != baseCount {
		return fmt.Errorf("the app got %d of %d of %s", len(got), baseCount, run.ID)
	}
	return nil
}

// deletesAndRestores puts deliveries into the trash and takes them out again.
func (w *world) deletesAndRestores(tag string, round int) error {
	d, err := w.Trash(w.ctx, client.Selection{Query: "tag:" + tag})
	if err != nil || d.Deleted != 10 {
		return fmt.Errorf("%+v, %w", d, err)
	}
	if err := errors.Join(w.count("tag:"+tag, 0), w.count("is:trashed tag:"+tag, 10)); err != nil {
		return err
	}
	which := client.Restoration{At: d.At}
	if round%2 == 1 {
		which = client.Restoration{Selection: client.Selection{Query: "tag:" + tag}}
	}
	if n, err := w.Restore(w.ctx, which); err != nil || n != 10 {
		return fmt.Errorf("%d came back, %w", n, err)
	}
	return w.count("tag:"+tag, 10)
}

// deletesForGood deletes deliveries, of which nothing is left then.
func (w *world) deletesForGood(tag string, want int) error {
	if n, err := w.DeleteMatching(w.ctx, "tag:"+tag); err != nil || n != want {
		return fmt.Errorf("%d of %d were deleted, %w", n, want, err)
	}
	return errors.Join(w.count("tag:"+tag, 0), w.count("is:trashed tag:"+tag, 0))
}

// changesSettings adds a line of its own to what several people edit. Who is told that
// somebody else was faster looks again.
func (w *world) changesSettings(k, round int) error {
	name := fmt.Sprintf("own-%d-%d", k, round)
	again := func(what string, change func() error) error {
		return until(what, func() (bool, error) {
			err := change()
			if conflict(err) {
				return false, nil
			}
			return true, err
		})
	}
	return errors.Join(
		again("settings are changed", func() error {
			v, err := w.Settings(w.ctx)
			if err == nil {
				v.Allow = append(v.Allow, name+".example")
				_, err = w.UpdateSettings(w.ctx, v)
			}
			return err
		}),
		again("what is hidden is changed", func() error {
			v, err := w.Mask(w.ctx)
			if err == nil {
				v.Entries = append(v.Entries, "header."+name)
				_, err = w.UpdateMask(w.ctx, v)
			}
			return err
		}),
		again("the inbox is changed", func() error {
			in, err := w.Inbox(w.ctx, "demo")
			if err == nil {
				in.Note += name + "\n"
				_, err = w.UpdateInbox(w.ctx, in)
			}
			return err
		}),
	)
}

// keptAllChanges wants every line that changesSettings added, each once.
func (w *world) keptAllChanges(people, rounds int) error {
	settings, err1 := w.Settings(w.ctx)
	mask, err2 := w.Mask(w.ctx)
	in, err3 := w.Inbox(w.ctx, "demo")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	for k := range people {
		for i := range rounds {
			name := fmt.Sprintf("own-%d-%d", k, i)
			if a, m, n := occurs(settings.Allow, name+".example"), occurs(mask.Entries, "header."+name), strings.Count(in.Note, name+"\n"); a != 1 || m != 1 || n != 1 {
				return fmt.Errorf("%s is %d times in the settings, %d times in what is hidden, %d times in the inbox", name, a, m, n)
			}
		}
	}
	return nil
}

func occurs(all []string, want string) int {
	n := 0
	for _, s := range all {
		if s == want {
			n++
		}
	}
	return n
}

// comesAndGoes makes one of everything that has a name, and deletes it again.
func (w *world) comesAndGoes(k, round int) error {
	name := fmt.Sprintf("own-%d-%d", k, round)
	custom := signer.Scheme{
		ID: name, Name: name, Signature: signer.Signature{Headers: []string{"X-Own"}, Layout: signer.Raw},
		Algorithm: signer.HMACSHA256, Encoding: signer.Hex, Content: "{body}", Secret: signer.SecretText,
	}
	_, errScheme := w.CreateScheme(w.ctx, custom)
	_, errInbox := w.CreateInbox(w.ctx, proxy.Inbox{Name: name})
	_, errLease := w.Lend(w.ctx, name, "lease", w.app.URL, time.Minute)
	_, errEndpoint := w.CreateEndpoint(w.ctx, proxy.Endpoint{Name: name, On: true, URL: w.app.URL + "/" + name})
	_, errFilter := w.SaveFilter(w.ctx, proxy.SavedFilter{Name: name, Query: still})
	_, errRecording := w.CreateRecording(w.ctx, client.RecordingInput{Name: name, Selection: client.Selection{Query: still}})
	if err := errors.Join(errScheme, errInbox, errLease, errEndpoint, errFilter, errRecording); err != nil {
		return err
	}
	if err := w.count("dir:in rec:"+name, baseCount); err != nil {
		return err
	}
	_, errRecording = w.DeleteRecording(w.ctx, name, true)
	return errors.Join(
		w.DeleteScheme(w.ctx, name), w.EndLease(w.ctx, name, "lease"), w.DeleteInbox(w.ctx, name),
		w.DeleteEndpoint(w.ctx, name), w.DeleteFilter(w.ctx, name), errRecording, w.count("dir:in rec:"+name, 0),
	)
}

// joinsAndLeaves follows the feed for a few events, or for none.
func (w *world) joinsAndLeaves(round int) error {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	left := round
	time.AfterFunc(time.Duration(10+round)*20*time.Millisecond, cancel) // it leaves, whether there was something or not
	for _, err := range w.Tail(ctx, []string{"", "dir:in", "body.n:>3"}[round%3], "") {
		if err != nil {
			return err
		}
		if left--; left < 0 {
			return nil
		}
	}
	return nil
}

// looks reads one delivery in all the ways there are, and what the server says of itself.
func (w *world) looks(round int) error {
	page, err := w.List(w.ctx, client.ListOptions{Query: still, Limit: 2})
	if err != nil || len(page.Rows) != 2 {
		return fmt.Errorf("%d rows, %w", len(page.Rows), err)
	}
	a, b := page.Rows[0].ID.String(), page.Rows[1].ID.String()
	compared, err := w.Compare(w.ctx, a, b, "request", nil)
	if err != nil || len(compared.Body.Changes) != 1 {
		return fmt.Errorf("compared: %+v, %w", compared.Report, err)
	}
	body, err := w.Body(w.ctx, a, 0, inspector.Request, client.BodyOptions{})
	if err != nil {
		return err
	}
	text, err := io.ReadAll(body)
	if want := fmt.Sprintf(`{"n":%d,"of":"base"}`, baseCount-1); err != nil || string(text) != want {
		return fmt.Errorf("body %q, want %q, %w", text, want, errors.Join(err, body.Close()))
	}
	_, err1 := w.Delivery(w.ctx, a)
	_, err2 := w.Signature(w.ctx, b)
	_, err3 := w.Program(w.ctx, a, client.ProgramOptions{Language: []string{"curl", "httpie", "go", "python", "fetch", "raw"}[round%6]})
	_, err4 := w.Complete(w.ctx, "tag:ba", 6)
	_, err5 := w.Status(w.ctx)
	_, err6 := w.LoginLink(w.ctx)
	_, err7 := w.Catalog(w.ctx)
	if _, err := w.Recheck(w.ctx, still); err != nil && !busy(err) {
		return err
	}
	return errors.Join(body.Close(), err1, err2, err3, err4, err5, err6, err7)
}

// sends emits events to the app, each of which arrives once.
func (w *world) sends(round int) error {
	const events = 5
	path := fmt.Sprintf("/sent/%d", round)
	sent, err := w.Emit(w.ctx, client.EventInput{Type: "sitestacker/person_create", To: []string{w.app.URL + path}, Count: events})
	if err != nil || sent.Total != events {
		return fmt.Errorf("%+v, %w", sent, err)
	}
	for _, row := range sent.Deliveries {
		if err := until("the event is sent", func() (bool, error) {
			d, err := w.Delivery(w.ctx, row.ID.String())
			return d.Row.Status == 200, err
		}); err != nil {
			return err
		}
	}
	if n := w.app.got("")[path]; n != events {
		return fmt.Errorf("the app got %d of %d events", n, events)
	}
	return nil
}

// backsUp makes a backup, and looks into it.
func (w *world) backsUp(dir string) error {
	r, err := w.Backup(w.ctx)
	if err != nil {
		return err
	}
	file, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	dir = filepath.Join(dir, "restored")
	if err := badgerstore.Restore(dir, bytes.NewReader(file)); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := badgerstore.Open(dir, badgerstore.Options{})
	if err != nil {
		return err
	}
	q, err := inspector.ParseQuery(still, time.Now())
	if err != nil {
		return errors.Join(err, store.Close())
	}
	got := 0
	for list := (inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: q, Limit: 200}); ; {
		page, err := store.List(w.ctx, list)
		if err != nil {
			return errors.Join(err, store.Close())
		}
		got += len(page.Rows)
		if list.Before = page.Next; list.Before == "" {
			break
		}
	}
	if got != baseCount {
		return errors.Join(fmt.Errorf("%d of %d are in the backup", got, baseCount), store.Close())
	}
	return store.Close()
}
