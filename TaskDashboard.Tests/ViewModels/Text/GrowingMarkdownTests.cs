using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.ViewModels.Text;

public class GrowingMarkdownTests
{
    private const string Text = """
        # Parts

        First **words**, and `code`.

        1. one

        2. two
           - inner

        ```csharp
        var a = 1;

        var b = 2;
        ```

            indented

        | a | b |
        |---|---|
        | 1 | 2 |

        > quoted

        ---

        - x

        - y

        Setext
        ======

        The end.
        """;

    [Fact]
    public void ATextThatGrows_LooksAtEachLengthAsIfItWereReadWhole()
    {
        var growing = new GrowingMarkdown("Copy");
        for (var length = 0; length <= Text.Length; length++)
        {
            var expected = string.Concat(SafeMarkdown.Render(Text[..length], "Copy"));
            Assert.Equal(expected, string.Concat(growing.Render(Text[..length], isOpen: true)));
        }
    }

    [Fact]
    public void ATextThatIsWhole_HasTheLinksThatAreDefinedAtItsEnd()
    {
        const string text = "One\n\nSee [this].\n\nThree\n\nFour\n\n[this]: https://example.com/";
        var growing = new GrowingMarkdown("Copy");
        for (var length = 0; length <= text.Length; length++) growing.Render(text[..length], isOpen: true);
        Assert.Contains("https://example.com/", string.Concat(growing.Render(text, isOpen: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherText_IsReadWhole()
    {
        var growing = new GrowingMarkdown("Copy");
        growing.Render("One\n\nTwo\n\nThree\n\nFour", isOpen: true);
        Assert.Equal(SafeMarkdown.Render("Another\n\none", "Copy"), growing.Render("Another\n\none", isOpen: true));
    }

    [Fact]
    public void WhatIsSettled_IsTheSameObject_AndNotReadAgain()
    {
        var growing = new GrowingMarkdown("Copy");
        var first = growing.Render("One\n\nTwo\n\nThree\n\nFour", isOpen: true)[0];
        Assert.Same(first, growing.Render("One\n\nTwo\n\nThree\n\nFour and more", isOpen: true)[0]);
    }
}
