using System.Globalization;
using System.Text;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>
/// A terminal as far as these commands use one: carriage return, line feed, erase the line, up by one, colours. Any other escape sequence is an error, so that a
/// test sees what a model has smuggled in. Lines do not wrap: a command has to keep within the width by itself.
/// </summary>
internal sealed class TerminalPicture
{
    private readonly List<StringBuilder> lines = [new()];
    private int row;
    private int column;

    /// <summary>What stands on the screen in the end, without empty lines at the end.</summary>
    public string Text => string.Join('\n', lines.Select(line => line.ToString().TrimEnd())).TrimEnd();

    /// <summary>How many colours were set.</summary>
    public int Colours { get; private set; }

    /// <summary>How often something was taken back.</summary>
    public int Erasures { get; private set; }

    public static TerminalPicture Of(string output)
    {
        var picture = new TerminalPicture();
        for (var at = 0; at < output.Length; at++) at = picture.Take(output, at);
        return picture;
    }

    private int Take(string output, int at)
    {
        switch (output[at])
        {
            case '\n':
                row++;
                column = 0;
                if (row == lines.Count) lines.Add(new StringBuilder());
                return at;
            case '\r':
                column = 0;
                return at;
            case '\e':
                return Obey(output, at);
            case var character:
                Assert.False(char.IsControl(character), $"A raw control character U+{(int)character:X4} behind: {output[Math.Max(0, at - 40)..at]}");
                var line = lines[row];
                while (line.Length <= column) line.Append(' ');
                line[column++] = character;
                return at;
        }
    }

    private int Obey(string output, int at)
    {
        Assert.Equal('[', output[at + 1]);
        var end = at + 2;
        while (!char.IsAsciiLetter(output[end])) end++;
        var number = output[(at + 2)..end];
        switch (output[end])
        {
            case 'K':
                Assert.Equal("2", number);
                lines[row].Clear();
                Erasures++;
                break;
            case 'A':
                row = Math.Max(0, row - int.Parse(number, CultureInfo.InvariantCulture));
                break;
            case 'm':
                if (number is not ("0" or "")) Colours++;
                break;
            default:
                Assert.Fail($"An escape sequence that is none of ours: {output[at..(end + 1)].Replace("\e", "ESC", StringComparison.Ordinal)}");
                break;
        }

        return end;
    }
}
