package config

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// builder turns the parser's tree into ours and refuses what could make it grow.
type builder struct {
	file string
	env  func(string) (string, bool)
}

func (b *builder) build(n ast.Node, depth int) (*node, error) {
	out := &node{file: b.file, line: line(n)}
	if depth > maxDepth {
		return nil, out.errorf("", fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return out, nil
	case *ast.MappingNode:
		return out, b.mapping(out, n, depth)
	case *ast.SequenceNode:
		out.kind = list
		for _, item := range n.Values {
			child, err := b.build(item, depth+1)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, child)
		}
		return out, nil
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return nil, out.errorf("write the value out", "anchors, aliases and merge keys are not supported")
	case *ast.TagNode:
		return nil, out.errorf("write the value without it", "tags are not supported")
	case *ast.LiteralNode:
		return out, b.scalar(out, n.Value.Value)
	case ast.ScalarNode:
		return out, b.scalar(out, n.GetToken().Value)
	}
	return nil, out.errorf("", fmt.Sprintf("%s is not supported", n.Type()))
}

func (b *builder) mapping(out *node, n *ast.MappingNode, depth int) error {
	out.kind = mapping
	for _, v := range n.Values {
		if _, plain := v.Key.(ast.ScalarNode); !plain || v.Key.Type() == ast.MergeKeyType {
			return (&node{file: b.file, line: line(v.Key)}).errorf("write the value out", "anchors, aliases and merge keys are not supported")
		}
		child, err := b.build(v.Value, depth+1)
		if err != nil {
			return err
		}
		tok := v.Key.GetToken()
		if child.kind != mapping {
			// A value of a block starts on its own line; what is wrong with it
			// is looked for where its key stands.
			child.line = max(child.line, tok.Position.Line)
		}
		out.keys = append(out.keys, entry{showReferences(tok.Value), tok.Position.Line, child})
	}
	return nil
}

func (b *builder) scalar(out *node, text string) error {
	out.kind = scalar
	var missing string
	out.text, missing = expand(text, b.env)
	out.plain = !hiddenForm.MatchString(text)
	if missing != "" {
		return out.errorf("set it, or remove the reference", "environment variable "+missing+" is not set")
	}
	return nil
}

func line(n ast.Node) int {
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		return tok.Position.Line
	}
	return 0
}
