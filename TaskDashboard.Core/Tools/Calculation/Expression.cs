using System.Globalization;

namespace TaskDashboard.Core.Tools.Calculation;

/// <summary>
/// Evaluates arithmetic by recursive descent. From loosest to tightest: <c>+ -</c>; <c>* / %</c>; a sign; <c>^</c>, which groups
/// to the right. So <c>-2^2</c> is -4 and <c>2^3^2</c> is 512, as in mathematics. Length and depth are bounded.
/// </summary>
internal ref struct Expression
{
    private const int MaxLength = 1_000;
    private const int MaxDepth = 100;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private Expression(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="ToolException">It is not an expression, or has no result.</exception>
    public static Number Evaluate(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new ToolException("The expression is empty. Give one such as (2 + 3) * 4.");
        if (text.Length > MaxLength) throw new ToolException($"The expression is longer than {MaxLength} characters. Calculate it in parts.");
        var expression = new Expression(text);
        var result = expression.Sum();
        if (expression.Peek() is { } left) throw expression.Unexpected(left);
        return result;
    }

    private Number Sum()
    {
        var left = Product();
        while (true)
        {
            switch (Peek())
            {
                case '+': _at++; left += Product(); break;
                case '-' or '−': _at++; left -= Product(); break;
                default: return left;
            }
        }
    }

    private Number Product()
    {
        var left = Signed();
        while (true)
        {
            switch (Peek())
            {
                case '*' or '×' or '·': _at++; left *= Signed(); break;
                case '/' or '÷': _at++; left /= Signed(); break;
                case '%': _at++; left %= Signed(); break;
                default: return left;
            }
        }
    }

    private Number Signed()
    {
        Enter();
        var result = Peek() switch
        {
            '-' or '−' => Skip().Negated(),
            '+' => Skip(),
            _ => Power(),
        };
        _depth--;
        return result;
    }

    private Number Skip()
    {
        _at++;
        return Signed();
    }

    private Number Power()
    {
        var number = Primary();
        if (Peek() is not '^') return number;
        _at++;
        return number.ToPower(Signed());
    }

    private Number Primary()
    {
        switch (Peek())
        {
            case null:
                throw new ToolException("The expression ends too early: a number is missing at its end.");
            case '(':
                var opened = _at++;
                Enter();
                var inner = Sum();
                _depth--;
                if (Peek() is not ')') throw Peek() is { } other ? Unexpected(other) : new ToolException($"The \"(\" at character {opened + 1} is never closed.");
                _at++;
                return inner;
            case (>= '0' and <= '9') or '.':
                return Literal();
            case { } other:
                throw Unexpected(other);
        }
    }

    private Number Literal()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.')) _at++;
        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            var digits = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (digits < _text.Length && char.IsAsciiDigit(_text[digits]))
                for (_at = digits; _at < _text.Length && char.IsAsciiDigit(_text[_at]);) _at++;
        }

        var literal = _text[start.._at];
        return Number.TryParse(literal) ?? throw new ToolException($"\"{literal}\" at character {start + 1} is not a number.");
    }

    private char? Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
        return _at < _text.Length ? _text[_at] : null;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth) throw new ToolException($"The expression is nested deeper than {MaxDepth} levels. Calculate it in parts.");
    }

    private readonly ToolException Unexpected(char character)
    {
        var hint = character switch
        {
            ',' => " Write numbers without thousands separators, with a point for decimals.",
            '=' => " Give the expression without an equals sign.",
            _ when char.IsLetter(character) => " Names and functions are not known here, only numbers, + - * / % ^ and parentheses.",
            _ => "",
        };
        return new($"Did not expect \"{character}\" at character {_at + 1}.{hint}");
    }
}
