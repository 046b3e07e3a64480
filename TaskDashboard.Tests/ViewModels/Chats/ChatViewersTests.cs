using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.Core.People;

namespace TaskDashboard.Tests.ViewModels.Chats;

public class ChatViewersTests
{
    private static readonly Caller Ann = new("user_ann", "Ann", PersonRole.Member);
    private static readonly Caller Bob = new("user_bob", "Bob", PersonRole.Member);

    private readonly ChatViewers viewers = new();
    private readonly List<string> changes = [];

    public ChatViewersTests() => viewers.Changed += changes.Add;

    [Fact]
    public void APersonWithSeveralTabs_CountsOnce_UntilTheLastIsClosed()
    {
        var first = viewers.Join("chat_1", Ann);
        var second = viewers.Join("chat_1", Ann);
        Assert.Equal(["Ann"], Names("chat_1"));

        first.Dispose();
        first.Dispose();
        Assert.Equal(["Ann"], Names("chat_1"));
        second.Dispose();
        Assert.Empty(Names("chat_1"));
        Assert.Equal(["chat_1", "chat_1"], changes);
    }

    [Fact]
    public void EachChat_HasItsOwnViewers()
    {
        using var ann = viewers.Join("chat_1", Ann);
        using var bob = viewers.Join("chat_2", Bob);
        using var both = viewers.Join("chat_1", Bob);

        Assert.Equal(["Ann", "Bob"], Names("chat_1"));
        Assert.Equal(["Bob"], Names("chat_2"));
        Assert.Empty(Names("chat_3"));
    }

    private IEnumerable<string> Names(string chatId) => viewers.Of(chatId).Select(viewer => viewer.Name);
}
