using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using TaskDashboard.App.Components.Shared;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Chats;

/// <summary>The part of a transcript that is on the page, and what the browser tells of its reader.</summary>
public partial class TranscriptView
{
    private ElementReference root;
    private PageScript script = null!;
    private DotNetObjectReference<TranscriptView>? self;
    private TranscriptItem? lastEnding;
    private TranscriptItem? arriving;
    private TranscriptBlock? unread;
    private (string? Key, IReadOnlyList<TranscriptBlock>? Blocks) marked;
    private bool reveal;

    [Parameter] public TaskTranscript? Transcript { get; set; }

    /// <summary>How its reader goes through it.</summary>
    [Parameter] public TranscriptReading Reading { get; set; } = new();

    /// <summary>Another number when there may be something new.</summary>
    [Parameter] public int Version { get; set; }

    [Parameter] public EventCallback OnRetry { get; set; }

    /// <summary>The item before which what is new to the reader begins; null for none.</summary>
    [Parameter] public string? UnreadKey { get; set; }

    /// <summary>Told whether the end of the transcript is on the screen of somebody who looks; null where nobody wants to know.</summary>
    [Parameter] public Action<bool>? OnSeen { get; set; }

    /// <summary>Told when the reader went to a failure.</summary>
    [Parameter] public EventCallback OnFailure { get; set; }

    /// <summary>The task while it is live and nothing of it moves in the transcript: then its reason, or a tool's own words, say what goes on.</summary>
    private AgentTask? Quiet => Transcript is { IsMoving: false, Task: { } task } && !task.Status.IsTerminal() && task.Status != AgentTaskStatus.Waiting ? task : null;

    protected override void OnParametersSet()
    {
        if (Transcript is not { IsCaughtUp: true }) return;

        // A continued task is live again before anything new stands behind its old end.
        var task = Transcript.Task!;
        lastEnding = task.Status.IsTerminal() ? Transcript.Items.LastOrDefault(item => item is EndingItem ending && (task.RunId is null || ending.RunId == task.RunId)) : null;
        Reading.Update(Transcript);
        MarkUnread(UnreadKey);
    }

    private void MarkUnread(string? unreadKey)
    {
        if (marked.Key == unreadKey && ReferenceEquals(marked.Blocks, Reading.Blocks)) return;
        marked = (unreadKey, Reading.Blocks);
        unread = unreadKey is { } key ? Reading.Blocks.FirstOrDefault(block => block.Items.Any(item => item.Key == key)) : null;
    }

    protected override void OnInitialized()
    {
        script = new PageScript(JS, "./js/transcript.js");
        Reading.Opened.Fill = FillAsync;
    }

    private async Task FillAsync(GapItem gap)
    {
        await Reading.FillAsync(gap);
        StateHasChanged();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await script.CallAsync("attach", root, self = DotNetObjectReference.Create(this));
        if (reveal)
        {
            reveal = false;
            await script.CallAsync("reveal", root);
        }

        // Words that are looked for keep the focus in their box; whoever came by a link or a key reads on from there.
        if (arriving is not { } target) return;
        arriving = null;
        await script.CallAsync("arrive", root, target.Key, !Reading.Search.IsOn);
    }

    /// <summary>Called by the browser when the end of the transcript comes on the screen, or goes.</summary>
    [JSInvokable]
    public void Seen(bool isSeen) => OnSeen?.Invoke(isSeen);

    /// <summary>Called by the browser when the reader begins to follow the end, or to read elsewhere.</summary>
    [JSInvokable]
    public void Follow(bool isFollowing) => Reading.Window.Follow(isFollowing);

    /// <summary>Called by the browser when the reader nears the upper edge of what is shown.</summary>
    /// <param name="spare">So many blocks at the lower one are far out of sight.</param>
    [JSInvokable]
    public async Task ShowEarlier(int spare)
    {
        await Reading.ShowEarlierAsync(spare);
        StateHasChanged();
    }

    /// <summary>Called by the browser when the reader nears the lower edge of what is shown.</summary>
    /// <param name="spare">So many blocks at the upper one are far out of sight.</param>
    [JSInvokable]
    public async Task ShowLater(int spare)
    {
        await Reading.ShowLaterAsync(spare);
        StateHasChanged();
    }

    /// <summary>Called by the browser when the reader wants to the very beginning.</summary>
    [JSInvokable]
    public async Task ShowStart()
    {
        await Reading.ShowStartAsync();
        StateHasChanged();
    }

    /// <summary>Called by the browser when the reader wants to the very end.</summary>
    [JSInvokable]
    public void ShowEnd()
    {
        Reading.ShowEnd();
        StateHasChanged();
    }

    /// <summary>Called by the browser when its page was loaded anew, for the entry that its reader looked at before.</summary>
    /// <returns>False when it is not there any more.</returns>
    [JSInvokable]
    public async Task<bool> ShowAround(string key)
    {
        if (!await Reading.ShowAroundAsync(key)) return false;
        StateHasChanged();
        return true;
    }

    /// <summary>Called by the browser for the keys that go from failure to failure.</summary>
    /// <param name="direction">1 or -1.</param>
    /// <param name="fromKey">What the reader looks at; null where nothing is to be seen.</param>
    [JSInvokable]
    public async Task Failure(int direction, string? fromKey)
    {
        await Reading.StepFailureAsync(direction, fromKey);
        StateHasChanged();
        await OnFailure.InvokeAsync();
    }

    /// <summary>Goes to the next failure or the one before, from what is on the screen.</summary>
    public async Task GoToFailureAsync(int direction) => await Failure(direction, await script.AskAsync<string>("place", root));

    /// <summary>Draws what was gone to.</summary>
    public void Show() => StateHasChanged();

    /// <summary>Brings what is new to the reader on the screen.</summary>
    /// <param name="key">The item before which it begins.</param>
    public void RevealUnread(string? key)
    {
        MarkUnread(key);
        if (unread is null) return;
        Reading.Window.ShowAround(Reading.Window.IndexOf(unread.Items[0]));
        reveal = true;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        self?.Dispose();
        await script.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
