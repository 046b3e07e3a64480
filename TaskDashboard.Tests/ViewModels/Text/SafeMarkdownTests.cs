using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.ViewModels.Text;

public class SafeMarkdownTests
{
    private static string Html(string markdown) => string.Concat(SafeMarkdown.Render(markdown, "Copy"));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a <img src=x onerror=alert(1)> b")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("```html\n<script>alert(1)</script>\n```")]
    public void RawHtml_IsShownAsText(string markdown)
    {
        var html = Html(markdown);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html,hi)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("[x](/relative)")]
    [InlineData("[x](//host/path)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][ref]\n\n[ref]: javascript:alert(1)")]
    [InlineData("![x](data:image/png;base64,AAAA)")]
    public void Links_ToAnythingButHttpAndMail_AreJustWords(string markdown) =>
        Assert.DoesNotContain("<a ", Html(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("[x](https://example.com/a?b=1)")]
    [InlineData("[x](http://example.com)")]
    [InlineData("[x](mailto:a@example.com)")]
    [InlineData("https://example.com/bare")]
    [InlineData("[x][ref]\n\n[ref]: https://example.com")]
    public void Links_ToHttpAndMail_OpenApartAndTellNothing(string markdown)
    {
        var html = Html(markdown);
        Assert.Contains("<a href=\"", html, StringComparison.Ordinal);
        Assert.Contains("rel=\"noopener noreferrer nofollow\"", html, StringComparison.Ordinal);
        Assert.Contains("target=\"_blank\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_AreNeverFetched_TheirDescriptionIsALink()
    {
        var html = Html("![a pixel](https://example.com/p.png)");
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains(">a pixel</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void GenericAttributes_AreNotUnderstood() =>
        Assert.DoesNotContain("<p onclick", Html("text {onclick=alert(1)}"), StringComparison.Ordinal);

    [Fact]
    public void Code_HasItsLanguageAndACopyButton_AndEscapesBoth()
    {
        var html = Html("```c<b>\nif (a < b) { }\n```");
        Assert.Contains("data-copy-code", html, StringComparison.Ordinal);
        Assert.Contains("<span>c&lt;b&gt;</span>", html, StringComparison.Ordinal);
        Assert.Contains("if (a &lt; b) { }", html, StringComparison.Ordinal);
    }

    [Fact]
    public void GrowingText_ChangesOnlyItsLastPiece()
    {
        var before = SafeMarkdown.Render("# One\n\nTwo\n\nThr", "Copy");
        var after = SafeMarkdown.Render("# One\n\nTwo\n\nThree and more", "Copy");
        Assert.Equal(before.SkipLast(1), after.SkipLast(1));
        Assert.NotEqual(before[^1], after[^1]);
    }

    [Fact]
    public void UnfinishedMarkdown_IsStillText()
    {
        Assert.Contains("var x", Html("```cs\nvar x"), StringComparison.Ordinal);
        Assert.Contains("**bold", Html("**bold"), StringComparison.Ordinal);
        Assert.Empty(SafeMarkdown.Render("", "Copy"));
    }
}
