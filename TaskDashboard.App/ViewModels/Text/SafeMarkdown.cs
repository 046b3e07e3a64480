using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>
/// Markdown of a model as HTML that is safe to show: raw HTML is shown as text, images are never fetched (their description stays, as a
/// link), and links lead to http, https and mailto only.
/// </summary>
public static class SafeMarkdown
{
    // Not the "advanced" set: its generic attributes would let a text set any attribute of any element.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseTaskLists()
        .UseAutoLinks()
        .DisableHtml()
        .Build();

    /// <summary>One piece of HTML for each block at the top level, so that of a growing text only the last piece changes.</summary>
    /// <param name="markdown">What the model wrote.</param>
    /// <param name="copyLabel">What the copy button of a code block says.</param>
    public static IReadOnlyList<string> Render(string markdown, string copyLabel) => Render(markdown, copyLabel, out _);

    /// <param name="markdown">What the model wrote.</param>
    /// <param name="copyLabel">What the copy button of a code block says.</param>
    /// <param name="settled">How many of the pieces stay as they are when the text grows, and where the text of the others begins.</param>
    internal static List<string> Render(string markdown, string copyLabel, out (int Pieces, int Length) settled)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        MakeSafe(document);

        var pieces = new List<string>(document.Count);
        foreach (var block in document)
        {
            if (block is LinkReferenceDefinitionGroup) continue;

            using var writer = new StringWriter();
            var renderer = new HtmlRenderer(writer);
            Pipeline.Setup(renderer);
            renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CopyableCodeRenderer(copyLabel));
            renderer.Render(block);
            pieces.Add(writer.ToString());
        }

        settled = SettledIn(document, markdown, pieces.Count);
        return pieces;
    }

    /// <summary>
    /// The last block grows, and may become part of the one before (a number that turns out to be the next item of a list); nothing before these two
    /// changes any more, unless a link is defined somewhere.
    /// </summary>
    private static (int Pieces, int Length) SettledIn(MarkdownDocument document, string markdown, int pieces)
    {
        if (document.Count < 3 || pieces != document.Count) return (0, 0);
        var start = document[^2].Span.Start;

        // What a line begins with belongs to its block too.
        return (pieces - 2, start <= 0 ? 0 : markdown.LastIndexOf('\n', start - 1) + 1);
    }

    private static void MakeSafe(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            link.IsImage = false;
            var url = link.GetDynamicUrl?.Invoke() ?? link.Url;
            if (IsAllowed(url))
            {
                if (link.FirstChild is null) link.AppendChild(new LiteralInline(url!));
                Harden(link);
            }
            else
            {
                Unlink(link);
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || IsAllowed(link.Url)) Harden(link);
            else link.ReplaceBy(new LiteralInline(link.Url));
        }
    }

    private static bool IsAllowed(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) &&
        (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeMailto);

    private static void Harden(Inline link)
    {
        var attributes = link.GetAttributes();
        attributes.AddProperty("target", "_blank");
        attributes.AddProperty("rel", "noopener noreferrer nofollow");
    }

    private static void Unlink(LinkInline link)
    {
        // The words stay, the way is gone.
        var words = new ContainerInline();
        link.MoveChildrenTo(words);
        if (words.FirstChild is null) words.AppendChild(new LiteralInline(link.Title ?? ""));
        link.ReplaceBy(words, copyChildren: false);
    }

    private static void MoveChildrenTo(this ContainerInline from, ContainerInline to)
    {
        for (var child = from.FirstChild; child is not null;)
        {
            var next = child.NextSibling;
            child.Remove();
            to.AppendChild(child);
            child = next;
        }
    }
}
