package bpf

// index reads proto[off:size].
func (p *parser) index(t token, proto *protocol) (item, *Error) {
	if err := p.enter(); err != nil {
		return item{}, err
	}
	defer p.leave()
	off, err := p.number(0)
	size := 1
	if err == nil && p.is(":") {
		if err = p.advance(); err == nil {
			if p.tok.kind != number || p.tok.num != 1 && p.tok.num != 2 && p.tok.num != 4 {
				return item{}, p.fail(p.tok.pos, none, "the size must be 1, 2 or 4 bytes, not %s", p.tok)
			}
			size = int(p.tok.num)
			err = p.advance()
		}
	}
	if err == nil {
		err = p.expect("]")
	}
	return item{arith: &packet{t, proto, off, size}, pos: t.pos}, err
}

// minus reads a negative number.
func (p *parser) minus() (item, *Error) {
	pos := p.tok.pos
	if err := p.enter(); err != nil {
		return item{}, err
	}
	defer p.leave()
	x, err := p.number(precedence("*") + 1)
	if n, ok := x.(literal); ok {
		return item{arith: -n, pos: pos}, err
	}
	return item{arith: &negative{x}, pos: pos}, err
}

// number reads an arithmetic expression whose operators bind at least as
// strongly as least.
func (p *parser) number(least int) (arith, *Error) {
	pos := p.tok.pos
	var it item
	var err *Error
	switch {
	case p.tok.kind == number, p.is("("), p.is("-"), p.is("len"),
		p.tok.kind == keyword && protocolOf(p.tok.text) != nil:
		it, err = p.operand(nil)
	default:
		err = p.fail(pos, none, "expected a number instead of %s", p.tok)
	}
	if err == nil && it.arith == nil {
		err = p.fail(pos, none, "expected a number here, not a condition")
	}
	if err == nil {
		it, err = p.arithmetic(it, least)
	}
	return it.arith, err
}

// precedence of the operators; 0 for anything else. Note that unlike in C
// comparisons bind less than & and |.
func precedence(op string) int {
	switch op {
	case "|":
		return 1
	case "&":
		return 2
	case "<<", ">>":
		return 3
	case "+", "-":
		return 4
	case "*", "/":
		return 5
	case "%", "^":
		return 7
	}
	return 0
}

// arithmetic reads the operators behind it that bind at least as strongly as
// least, and their operands. What stands left of % and ^ is one operand only,
// and everything up to the comparison is on their right: that is how libpcap
// reads them.
func (p *parser) arithmetic(it item, least int) (item, *Error) {
	for p.tok.kind == symbol {
		op := p.tok
		prec := precedence(op.text)
		if prec == 0 || prec < least {
			break
		}
		if err := p.enter(); err != nil {
			return item{}, err
		}
		next := prec + 1
		if op.text == "%" || op.text == "^" {
			next = 0
		}
		right, err := p.number(next)
		p.leave()
		if err != nil {
			return item{}, err
		}
		x, err := p.fold(op, it.arith, right)
		if err != nil {
			return item{}, err
		}
		it = item{arith: x, pos: it.pos}
	}
	return it, nil
}

// fold computes what can be known now, in 32 bits without sign.
func (p *parser) fold(op token, l, r arith) (arith, *Error) {
	b, known := r.(literal)
	if known {
		switch {
		case b == 0 && (op.text == "/" || op.text == "%"):
			return nil, p.fail(op.pos, none, "division by zero")
		case b > 31 && (op.text == "<<" || op.text == ">>"):
			return nil, p.fail(op.pos, none, "shift by more than 31 bits")
		}
	}
	a, ok := l.(literal)
	if !known || !ok {
		return &operation{op.text, l, r}, nil
	}
	switch op.text {
	case "|":
		return a | b, nil
	case "&":
		return a & b, nil
	case "<<":
		return a << b, nil
	case ">>":
		return a >> b, nil
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "/":
		return a / b, nil
	case "%":
		return a % b, nil
	default:
		return a ^ b, nil
	}
}
