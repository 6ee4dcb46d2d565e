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
	out := b.at(n)
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
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		out.bare = true
		return out, b.scalar(out, n.GetToken().Value)
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
			return b.at(v.Key).errorf("write the value out", "anchors, aliases and merge keys are not supported")
		}
		child, err := b.build(v.Value, depth+1)
		if err != nil {
			return err
		}
		tok := v.Key.GetToken()
		if child.kind != mapping {
			// A value of a block starts on its own line; what is wrong with it
			// is looked for where its key stands.
			if child.line < tok.Position.Line {
				child.line, child.col = tok.Position.Line, tok.Position.Column
			}
		}
		out.keys = append(out.keys, entry{showReferences(tok.Value), tok.Position.Line, tok.Position.Column, child})
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

func (b *builder) at(n ast.Node) *node {
	line, col := place(n)
	return &node{file: b.file, line: line, col: col}
}

// place is where a value begins, 0, 0 if that is not known.
func place(n ast.Node) (line, col int) {
	tok := n.GetToken()
	if tok == nil || tok.Position == nil {
		return 0, 0
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return place(m.Values[0].Key) // else it is where the colon stands
	}
	return tok.Position.Line, tok.Position.Column
}
