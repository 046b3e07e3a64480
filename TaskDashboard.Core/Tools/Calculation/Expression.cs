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

    private readonly ReadOnlySpan<char> text;
    private int at;
    private int depth;

    private Expression(ReadOnlySpan<char> text) => this.text = text;

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
                case '+': at++; left += Product(); break;
                case '-' or '−': at++; left -= Product(); break;
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
                case '*' or '×' or '·': at++; left *= Signed(); break;
                case '/' or '÷': at++; left /= Signed(); break;
                case '%': at++; left %= Signed(); break;
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
        depth--;
        return result;
    }

    private Number Skip()
    {
        at++;
        return Signed();
    }

    private Number Power()
    {
        var number = Primary();
        if (Peek() is not '^') return number;
        at++;
        return number.ToPower(Signed());
    }

    private Number Primary()
    {
        switch (Peek())
        {
            case null:
                throw new ToolException("The expression ends too early: a number is missing at its end.");
            case '(':
                var opened = at++;
                Enter();
                var inner = Sum();
                depth--;
                if (Peek() is not ')') throw Peek() is { } other ? Unexpected(other) : new ToolException($"The \"(\" at character {opened + 1} is never closed.");
                at++;
                return inner;
            case (>= '0' and <= '9') or '.':
                return Literal();
            case { } other:
                throw Unexpected(other);
        }
    }

    private Number Literal()
    {
        var start = at;
        while (at < this.text.Length && (char.IsAsciiDigit(this.text[at]) || this.text[at] == '.')) at++;
        if (at < this.text.Length && this.text[at] is 'e' or 'E')
        {
            var digits = at + 1 < this.text.Length && this.text[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (digits < this.text.Length && char.IsAsciiDigit(this.text[digits]))
                for (at = digits; at < this.text.Length && char.IsAsciiDigit(this.text[at]);) at++;
        }

        var literal = this.text[start..at];
        return Number.TryParse(literal) ?? throw new ToolException($"\"{literal}\" at character {start + 1} is not a number.");
    }

    private char? Peek()
    {
        while (at < this.text.Length && char.IsWhiteSpace(this.text[at])) at++;
        return at < this.text.Length ? this.text[at] : null;
    }

    private void Enter()
    {
        if (++depth > MaxDepth) throw new ToolException($"The expression is nested deeper than {MaxDepth} levels. Calculate it in parts.");
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
        return new($"Did not expect \"{character}\" at character {at + 1}.{hint}");
    }
}
