package compare

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxPatch is the most operations of a patch; what needs more has none.
const maxPatch = 5000

// PatchOp is an operation of a JSON Patch, RFC 6902.
type PatchOp struct {
	Op    string          `json:"op"` // add, remove or replace
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// patch is what makes the second value of the first. nil if that is too much.
func patch(a, b *tree) []PatchOp {
	var p patcher
	p.node("", a, b)
	if p.over {
		return nil
	}
	return p.ops
}

type patcher struct {
	ops  []PatchOp
	over bool
}

func (p *patcher) add(op, path string, v *tree) {
	if len(p.ops) >= maxPatch {
		p.over = true
		return
	}
	o := PatchOp{Op: op, Path: path}
	if v != nil {
		o.Value = json.RawMessage(v.text)
	}
	p.ops = append(p.ops, o)
}

var pointer = strings.NewReplacer("~", "~0", "/", "~1")

func (p *patcher) node(path string, a, b *tree) {
	if a.text == b.text {
		return
	}
	switch {
	case a.kind != b.kind || a.kind == 'v':
		p.add("replace", path, b)
	case a.kind == '{':
		for i, k := range a.keys {
			if other := b.get(k); other != nil {
				p.node(path+"/"+pointer.Replace(k), &a.subs[i], other)
			} else {
				p.add("remove", path+"/"+pointer.Replace(k), nil)
			}
		}
		for i, k := range b.keys {
			if a.get(k) == nil {
				p.add("add", path+"/"+pointer.Replace(k), &b.subs[i])
			}
		}
	default:
		at := 0 // in the array as it is after the operations so far
		for _, q := range align(a, b) {
			here := path + "/" + strconv.Itoa(at)
			switch {
			case q.b < 0:
				p.add("remove", here, nil)
				continue
			case q.a < 0:
				p.add("add", here, &b.subs[q.b])
			default:
				p.node(here, &a.subs[q.a], &b.subs[q.b])
			}
			at++
		}
	}
}
