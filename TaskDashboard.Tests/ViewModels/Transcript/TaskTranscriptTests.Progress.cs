using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public partial class TaskTranscriptTests
{
    [Fact]
    public void Progress_OfACall_StandsAtTheCall_UntilItsResult()
    {
        Begin();
        Apply(log.Called("a"), log.Called("b"), log.Event(new ProgressData("Reading", 0.25) { CallId = "a" }), log.Event(new ProgressData(null, 0.5) { CallId = "a" }));

        var call = (ToolCallItem)transcript.Items[0];
        Assert.Equal(new CallNews("Reading", 0.5), call.News);
        Assert.Null(((ToolCallItem)transcript.Items[1]).News);
        Assert.Null(transcript.Activity);

        Apply(log.Returned("a"), log.Event(new ProgressData("Late", 1) { CallId = "a" }));
        Assert.Null(call.News);
    }

    [Fact]
    public void Progress_OfTheEngine_IsTheActivity()
    {
        Begin();
        Apply(log.Event(new ProgressData("Trying again.", null)));

        Assert.Equal("Trying again.", transcript.Activity);
    }
}
