package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/web"
)

// writesNothing are the commands that --json changes nothing of.
var writesNothing = map[string]bool{
	"completion": true, "config edit": true, "endpoints delete": true, "events delete": true, "filters delete": true, "inboxes delete": true,
	"restore": true, "schemes create": true, "schemes edit": true, "schemes delete": true,
	"samples": true, "endpoints secret": true, "inboxes secret": true, // they only hold others
}

// Every command is described, and nothing else is.
func TestJSONOfEveryCommandIsDescribed(t *testing.T) {
	t.Parallel()
	o, err := readOutput()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	walk(newApp().root(), func(cmd *cobra.Command) {
		_, name, _ := strings.Cut(cmd.CommandPath(), " ")
		if name == "" || cmd.Hidden || cmd.Parent().Hidden || !cmd.Runnable() {
			return
		}
		there[name] = true
		if _, described := o.Commands[name]; described == writesNothing[name] {
			t.Errorf("%s: is in output.json: %t, writes nothing: %t", name, described, writesNothing[name])
		}
	})
	for name, w := range o.Commands {
		if !there[name] {
			t.Errorf("output.json describes %s, which there is not", name)
		}
		for _, s := range w.Shapes {
			if o.named(s) == nil {
				t.Errorf("%s: there is no shape %s", name, s)
			}
		}
	}
}

// conforms ends the program if a command writes what its description does not say. It
// looks on in every script.
func conforms(command string, data []byte) {
	if err := conform(command, data); err != nil {
		panic(fmt.Sprintf("%s: %v\n%.2000s", command, err, data))
	}
}

var outputSchemas = sync.OnceValues(func() (*jsonschema.Compiler, error) {
	c := jsonschema.NewCompiler()
	for name, text := range map[string][]byte{"openapi.json": web.OpenAPI(), "output.json": outputText} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(name, doc); err != nil {
			return nil, err
		}
	}
	return c, nil
})

func conform(command string, data []byte) error {
	o, err := readOutput()
	if err != nil {
		return err
	}
	c, err := outputSchemas()
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	object, ok := value.(map[string]any)
	if !ok || fmt.Sprint(object["v"]) != "1" {
		return fmt.Errorf("no object with its version")
	}
	delete(object, "v")
	shapes := o.Commands[command].Shapes
	if command == "" {
		shapes = []string{"Serving"} // no command is serve
	}
	for _, p := range o.Commands[command].With {
		if s, there := object[p.name]; there && s == nil {
			return fmt.Errorf("%s is null", p.name)
		}
		delete(object, p.name)
	}
	err = fmt.Errorf("it is not in output.json")
	for _, name := range shapes {
		pointer := "openapi.json#/components/schemas/" + name
		if o.Shapes[name] != nil {
			pointer = "output.json#/shapes/" + name
		}
		schema, cerr := c.Compile(pointer)
		if cerr != nil {
			return cerr
		}
		if err = schema.Validate(object); err == nil {
			return nil
		}
	}
	return err
}
