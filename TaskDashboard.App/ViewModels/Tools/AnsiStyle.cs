namespace TaskDashboard.App.ViewModels.Tools;

/// <summary>How a terminal would show text. Colours beyond the sixteen named ones become the nearest of them, so that both themes can show them.</summary>
internal readonly record struct AnsiStyle(int? Foreground, int? Background, bool Bold, bool Dim, bool Italic, bool Underlined, bool Inverse)
{
    private static readonly (int Red, int Green, int Blue)[] Named =
    [
        (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
        (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
    ];

    /// <summary>Class names; null for plain text.</summary>
    public string? Classes
    {
        get
        {
            var (front, back) = Inverse ? (Background, Foreground) : (Foreground, Background);
            List<string> classes = [];
            if (front is { } color) classes.Add($"ansi-{color}");
            if (back is { } ground) classes.Add($"ansi-on-{ground}");
            else if (Inverse) classes.Add("ansi-inverse");
            if (Bold) classes.Add("ansi-bold");
            if (Dim) classes.Add("ansi-dim");
            if (Italic) classes.Add("ansi-italic");
            if (Underlined) classes.Add("ansi-underlined");
            return classes.Count == 0 ? null : string.Join(' ', classes);
        }
    }

    /// <summary>The style behind the numbers of one sequence.</summary>
    public AnsiStyle With(IReadOnlyList<int> codes)
    {
        var style = this;
        for (var index = 0; index < codes.Count; index++)
        {
            style = codes[index] switch
            {
                0 => default,
                1 => style with { Bold = true },
                2 => style with { Dim = true },
                3 => style with { Italic = true },
                4 => style with { Underlined = true },
                7 => style with { Inverse = true },
                22 => style with { Bold = false, Dim = false },
                23 => style with { Italic = false },
                24 => style with { Underlined = false },
                27 => style with { Inverse = false },
                >= 30 and <= 37 and var code => style with { Foreground = code - 30 },
                38 => style with { Foreground = Extended(codes, ref index) },
                39 => style with { Foreground = null },
                >= 40 and <= 47 and var code => style with { Background = code - 40 },
                48 => style with { Background = Extended(codes, ref index) },
                49 => style with { Background = null },
                >= 90 and <= 97 and var code => style with { Foreground = code - 82 },
                >= 100 and <= 107 and var code => style with { Background = code - 92 },
                _ => style,
            };
        }

        return style;
    }

    private static int? Extended(IReadOnlyList<int> codes, ref int index)
    {
        if (index + 2 < codes.Count && codes[index + 1] == 5)
        {
            index += 2;
            return FromTable(codes[index]);
        }

        if (index + 4 < codes.Count && codes[index + 1] == 2)
        {
            index += 4;
            return Nearest(codes[index - 2], codes[index - 1], codes[index]);
        }

        return null;
    }

    /// <summary>The table of 256: sixteen named ones, a cube of six levels, and greys.</summary>
    private static int? FromTable(int color) => color switch
    {
        < 0 or > 255 => null,
        < 16 => color,
        < 232 => Nearest(Level((color - 16) / 36), Level((color - 16) / 6 % 6), Level((color - 16) % 6)),
        _ => Nearest(8 + ((color - 232) * 10), 8 + ((color - 232) * 10), 8 + ((color - 232) * 10)),
    };

    private static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);

    private static int Nearest(int red, int green, int blue)
    {
        var best = 0;
        var least = int.MaxValue;
        for (var index = 0; index < Named.Length; index++)
        {
            var (r, g, b) = Named[index];
            var distance = ((red - r) * (red - r)) + ((green - g) * (green - g)) + ((blue - b) * (blue - b));
            if (distance < least) (best, least) = (index, distance);
        }

        return best;
    }
}
