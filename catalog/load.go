package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// maxSampleBytes bounds a sample or a schema file.
const maxSampleBytes = 4 << 20

// File is a provider of the user, as one file: provider.yaml with the event
// types under the key events and the samples' text under body, or an OpenAPI or
// AsyncAPI document.
type File struct {
	Name string // shown in errors
	Data []byte
}

// With is the catalogue with further providers.
func (c *Catalog) With(files ...File) (*Catalog, error) {
	for _, f := range files {
		p, err := Parse(f)
		if err == nil {
			c, err = c.Add(p)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// WithFolders is the catalogue with the providers of a folder: each folder in it
// that has a provider.yaml, and each file that ends in .yaml, .yml or .json.
func (c *Catalog) WithFolders(fsys fs.FS) (*Catalog, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the folder of providers: %w", err)
	}
	loaded, errs := make([]*Provider, len(entries)), make([]error, len(entries))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, entry := range entries {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			loaded[i], errs[i] = loadEntry(fsys, entry)
		})
	}
	wg.Wait()
	for i, p := range loaded {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if p == nil {
			continue
		}
		if c, err = c.Add(p); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// loadEntry reads a folder or a file; nil if it is no provider's.
func loadEntry(fsys fs.FS, entry fs.DirEntry) (*Provider, error) {
	name := entry.Name()
	if entry.IsDir() {
		if _, err := fs.Stat(fsys, name+"/provider.yaml"); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return loadFolder(fsys, name)
	}
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
	default:
		return nil, nil
	}
	data, err := readFile(fsys, name, maxDocumentBytes)
	if err != nil {
		return nil, err
	}
	return Parse(File{name, data})
}

// loadFolder reads provider.yaml, events.yaml, samples and schemas of a folder.
func loadFolder(fsys fs.FS, dir string) (*Provider, error) {
	data, err := readFile(fsys, dir+"/provider.yaml", maxYAMLBytes)
	if err != nil {
		return nil, err
	}
	l := loader{fsys: fsys, dir: dir}
	if err := l.provider(dir+"/provider.yaml", data); err != nil {
		return nil, err
	}
	l.eventsFile, l.eventsAt = l.file, "$.events"
	if data, err = readFile(fsys, dir+"/events.yaml", maxYAMLBytes); err == nil {
		if len(l.p.Events) > 0 {
			return nil, l.file.fail("$.events", "the event types stand in events.yaml already; keep one of the two lists")
		}
		if l.eventsFile, err = parseYAML(dir+"/events.yaml", data); err == nil {
			err = l.eventsFile.decode(&l.p.Events)
		}
		l.eventsAt = "$"
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return l.finish()
}

// Parse reads one provider of the user; see [File].
func Parse(f File) (*Provider, error) {
	if kind := documentKind(f.Data); kind != "" {
		return importDocument(kind, f)
	}
	l := loader{}
	if err := l.provider(f.Name, f.Data); err != nil {
		return nil, err
	}
	l.eventsFile, l.eventsAt = l.file, "$.events"
	return l.finish()
}

// loader makes a provider out of its files.
type loader struct {
	fsys fs.FS // nil for a single file
	dir  string
	p    *Provider

	file       *yamlFile // of the provider
	eventsFile *yamlFile
	eventsAt   string // path of the list of event types in eventsFile
}

func (l *loader) provider(name string, data []byte) error {
	var err error
	if l.file, err = parseYAML(name, data); err != nil {
		return err
	}
	l.p = &Provider{}
	return l.file.decode(l.p)
}

// finish fills in defaults, reads what the files name, and checks all of it.
func (l *loader) finish() (*Provider, error) {
	p := l.p
	p.Custom = true
	p.setDefaults()
	if err := checkProvider(p, l.file.fail); err != nil {
		return nil, err
	}
	if l.dir != "" && l.fsys != nil && p.ID != path.Base(l.dir) {
		return nil, l.file.fail("$.id", "the id %s is not the name of the folder, %s", p.ID, path.Base(l.dir))
	}
	names := map[string]int{}
	for i, e := range p.Events {
		if e == nil {
			return nil, l.event(i, "", "empty")
		}
		if first, ok := names[e.Name]; ok {
			return nil, l.event(i, ".name", "the event type %s is there already, as number %d", e.Name, first+1)
		}
		names[e.Name] = i
		e.Provider = p
		for name := range e.Vars {
			if !has(p.Vars, name) {
				return nil, l.event(i, ".vars."+name, "the provider has no value %s under vars", name)
			}
		}
	}
	for i, e := range p.Events {
		if err := l.like(i, e, names); err != nil {
			return nil, err
		}
		if err := l.read(i, e); err != nil {
			return nil, err
		}
		if err := l.shared(e); err != nil {
			return nil, err
		}
		fail := func(at, format string, args ...any) error { return l.event(i, at, format, args...) }
		if err := e.complete(fail); err != nil {
			return nil, err
		}
	}
	if p.Ping != nil {
		if _, ok := names[p.Ping.Event]; !ok {
			return nil, l.file.fail("$.ping.event", "there is no event type %s", p.Ping.Event)
		}
	}
	return p, nil
}

// event is an error at a place of the event type of index i.
func (l *loader) event(i int, at, format string, args ...any) error {
	return l.eventsFile.fail(fmt.Sprintf("%s[%d]%s", l.eventsAt, i, at), format, args...)
}

// like copies what an event type takes from another one, which stands before it.
func (l *loader) like(i int, e *EventType, names map[string]int) error {
	if e.Like == "" {
		return nil
	}
	j, ok := names[e.Like]
	if !ok || j >= i {
		return l.event(i, ".like", "there is no event type %s before this one", e.Like)
	}
	model := l.p.Events[j]
	if len(e.Fields) == 0 && e.SchemaFile == "" {
		for _, f := range model.Fields {
			if !f.FromSample {
				e.Fields = append(e.Fields, f)
			}
		}
		e.SchemaFile = model.SchemaFile
	}
	if len(e.Samples) == 0 {
		for _, s := range model.Samples {
			if s.File != "" || s.Text != "" {
				e.Samples = append(e.Samples, s)
			}
		}
	}
	if len(e.Fresh) == 0 {
		e.Fresh = model.Fresh
	}
	if e.Source == "" {
		e.Source = model.Source
	}
	return nil
}

// shared gives an event type the provider's fields that its first sample has.
func (l *loader) shared(e *EventType) error {
	if len(l.p.Fields) == 0 || e.SchemaFile != "" || len(e.Samples) == 0 {
		return nil
	}
	root, err := parseTree(e.Samples[0].Body)
	if err != nil {
		return err // read has looked at it
	}
	if e.Provider.Batch && root.kind == '[' && len(root.members) > 0 {
		root = root.members[0].value
	}
	var fields []Field
	for i, f := range l.p.Fields {
		parts, err := splitField(f.Name)
		if err != nil {
			return l.file.fail(fmt.Sprintf("$.fields[%d].name", i), "%v", err)
		}
		if root.holds(parts) && !slices.ContainsFunc(e.Fields, func(own Field) bool { return own.Name == f.Name }) {
			fields = append(fields, f)
		}
	}
	e.Fields = append(fields, e.Fields...)
	return nil
}

// holds reports whether a field of that name has a place here.
func (n *node) holds(parts []string) bool {
	if len(parts) == 0 {
		return true
	}
	if parts[0] != "[]" {
		m := n.member(parts[0])
		return m != nil && m.holds(parts[1:])
	}
	return n.kind == '[' && len(n.members) > 0 && n.members[0].value.holds(parts[1:])
}

// read fills in the text of the samples and the schema.
func (l *loader) read(i int, e *EventType) error {
	for k := range e.Samples {
		s := &e.Samples[k]
		at := fmt.Sprintf(".samples[%d]", k)
		if s.Variant == "" {
			s.Variant = VariantFull
		}
		switch {
		case (s.File == "") == (s.Text == ""):
			return l.event(i, at, "give either the file or the body of the sample")
		case s.File != "":
			data, err := l.beside("samples/" + s.File)
			if err != nil {
				return l.event(i, at+".file", "%v", err)
			}
			s.Body = data
		default:
			s.Body = []byte(s.Text)
		}
		if _, err := parseTree(s.Body); err != nil {
			return l.event(i, at, "the sample %s is not JSON: %v", s.Variant, err)
		}
	}
	if e.SchemaFile == "" {
		return nil
	}
	data, err := l.beside(e.SchemaFile)
	if err != nil {
		return l.event(i, ".schema", "%v", err)
	}
	e.Schema = data
	return nil
}

// beside reads a file of the provider's folder.
func (l *loader) beside(name string) ([]byte, error) {
	if l.fsys == nil {
		return nil, fmt.Errorf("the file %s cannot be read: this provider is one file; give the text under body", name)
	}
	if !fs.ValidPath(name) || strings.Contains(name, "..") {
		return nil, fmt.Errorf("%q leads out of the provider's folder", name)
	}
	return readFile(l.fsys, l.dir+"/"+name, maxSampleBytes)
}

// readFile reads a file of at most limit bytes.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: name, Text: "not a file"}
	}
	if info.Size() > limit {
		return nil, &FileError{File: name, Text: fmt.Sprintf("%d bytes long; at most %d MiB are read", info.Size(), limit>>20)}
	}
	return fs.ReadFile(fsys, name)
}
