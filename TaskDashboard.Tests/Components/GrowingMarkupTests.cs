using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.Components;

#pragma warning disable BL0006 // What is sent to the browser is what is measured here.
public class GrowingMarkupTests : BunitContext
{
    private const string Text = """
        # Parts & pieces

        First **words**, `code <b>` and "quotes", see <https://example.com/?a=1&b=2>.
        Next line\
        broken ~~off~~.

        1. one
           - [x] inner
        2. two

        ```csharp
        if (a < b && c > d) return "x";
        ```

        | a | b |
        |---|:-:|
        | 1 | ![2](https://example.com/2.png "two") |

        > quoted

        ---
        """;

    [Fact]
    public void AtEachLength_ItIsWhatTheMarkupSays()
    {
        var view = Render<GrowingMarkup>(parameters => parameters.Add(markup => markup.Html, ""));
        for (var length = 1; length <= Text.Length; length++)
        {
            var html = string.Concat(SafeMarkdown.Render(Text[..length], "Copy \"it\""));
            Assert.NotNull(MarkupNode.Parse(html));
            view.Render(parameters => parameters.Add(markup => markup.Html, html));
            view.MarkupMatches(html);
        }
    }

    [Fact]
    public void HalfACharacter_IsDrawnAsItIs_UntilItsOtherHalfComes()
    {
        var view = Render<GrowingMarkup>(parameters => parameters.Add(markup => markup.Html, "<p>One \ud83d</p>"));
        Assert.Contains("One", view.Markup, StringComparison.Ordinal);
        view.Render(parameters => parameters.Add(markup => markup.Html, "<p>One \ud83d\ude00</p>"));
        view.MarkupMatches("<p>One \ud83d\ude00</p>");
    }

    [Theory]
    [InlineData("word ", "", "")]
    [InlineData("var line = compute(1);\n", "```csharp\n", "")]
    [InlineData("- an item of a list\n", "", "")]
    [InlineData("| 1 | 2 |\n", "| a | b |\n|---|---|\n", "")]
    public async Task AFurtherPieceOfALongBlock_SendsThatAndNotTheBlock(string piece, string before, string after)
    {
        var text = before + string.Concat(Enumerable.Repeat(piece, 20_000 / piece.Length));
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new CountingRenderer(services, services.GetRequiredService<ILoggerFactory>());

        await renderer.DrawAsync(Html(text + after));
        var whole = renderer.Take();
        await renderer.DrawAsync(Html(text + piece + after));
        var further = renderer.Take();

        Assert.True(whole > 20_000, $"{whole} characters at first");
        Assert.InRange(further, 1, 600);
    }

    private static string Html(string markdown) => string.Concat(SafeMarkdown.Render(markdown, "Copy"));

    /// <summary>Counts the characters of text and markup that it would send.</summary>
    private sealed class CountingRenderer(IServiceProvider services, ILoggerFactory loggers) : Renderer(services, loggers)
    {
        private readonly GrowingMarkup component = Activator.CreateInstance<GrowingMarkup>();
        private int? id;
        private int characters;

        public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

        public int Take() => Interlocked.Exchange(ref characters, 0);

        public Task DrawAsync(string html) => Dispatcher.InvokeAsync(() =>
        {
            id ??= AssignRootComponentId(component);
            return RenderRootComponentAsync(id.Value, ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(GrowingMarkup.Html)] = html }));
        });

        protected override Task UpdateDisplayAsync(in RenderBatch renderBatch)
        {
            for (var index = 0; index < renderBatch.ReferenceFrames.Count; index++) characters += Length(renderBatch.ReferenceFrames.Array[index]);
            return Task.CompletedTask;
        }

        protected override void HandleException(Exception exception) => throw new InvalidOperationException("It could not be drawn.", exception);

        private static int Length(RenderTreeFrame frame) => frame.FrameType switch
        {
            RenderTreeFrameType.Text => frame.TextContent.Length,
            RenderTreeFrameType.Markup => frame.MarkupContent.Length,
            RenderTreeFrameType.Element => frame.ElementName.Length,
            _ => 0,
        };
    }
}
